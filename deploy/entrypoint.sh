#!/bin/sh
# Takes how the server is set from the one file that has it, then becomes what was asked for.
set -eu
set -a
. /srv/pathway/deploy/granian.env
set +a
exec "$@"
