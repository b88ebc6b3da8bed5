#!/usr/bin/env bash
# The connector as in the image, without a daemon: process 1 of its own process space, not root, on a read-only file system.
# container.sh FOLDER ARGUMENTS...: FOLDER/lake and FOLDER/tmp may be written. Needs root; call it with unshare --mount --pid --fork --mount-proc.
set -euo pipefail
folder=$1
shift
mount --make-rprivate /
mount --bind "$folder" "$folder"
mount -o remount,bind,ro /
cd /
# The base image's list of users gives the user 1000 a home.
export TMPDIR=$folder/tmp HOME=$folder/home
exec setpriv --reuid 1000 --regid 1000 --clear-groups "$NODE" "$CONNECTOR" "$@"
