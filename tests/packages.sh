#!/bin/sh
# Installs the two programs that the tests drive, Chromium and PostgreSQL's server, where it may.
set -eu

wanted=""
command -v chromium >/dev/null || wanted="$wanted chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || wanted="$wanted postgresql"
"${PYTHON:-python3}" -c 'import ensurepip' 2>/dev/null || wanted="$wanted python3-venv"
[ -n "$wanted" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests need:$wanted. Install them first (on Debian: sudo apt-get install$wanted), then make test again." >&2
    exit 1
fi

echo "Installing$wanted" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null
# shellcheck disable=SC2086  # a list of names
apt-get install -y -qq --no-install-recommends $wanted </dev/null >/dev/null
