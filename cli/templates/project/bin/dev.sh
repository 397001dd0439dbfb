#!/bin/sh
# Serves the project on this machine and reloads on every save.
cd "$(dirname "$0")/.." && exec bin/spacer dev . "$@"
