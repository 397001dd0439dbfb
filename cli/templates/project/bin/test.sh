#!/bin/sh
# Runs the tests in test/.
cd "$(dirname "$0")/.." && exec bin/spacer test . "$@"
