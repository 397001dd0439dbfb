#!/bin/sh
# Serves the project in production.
cd "$(dirname "$0")/.." && exec bin/spacer start . --env production "$@"
