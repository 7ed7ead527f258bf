#!/bin/sh
# Makes passwords for compose.yaml, the addresses that hold them, certificates (certificates.sh), and a
# profile for the command line, in deploy/secrets/ (or DIR). Passwords stay: run it again after a new
# field has come.
#
# usage: deploy/secrets.sh [DIR]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:-$here/secrets}

# The folder keeps others out; its files are read inside containers by accounts of their own.
mkdir -p "$dir"
chmod 0700 "$dir"
umask 022
mkdir -p "$dir/databases"

# make FILE: what stdin says, unless the file is there.
make() {
    if [ -e "$1" ]; then cat >/dev/null; return; fi
    cat > "$1.new"
    mv "$1.new" "$1"
    echo "made $1" >&2
}

# 32 random bytes in hexadecimal: letters and digits need no escaping in a URL.
word() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

word | make "$dir/postgres.password"
word | make "$dir/redis.password"
printf 'redis://:%s@redis:6379/0' "$(cat "$dir/redis.password")" | make "$dir/redis.url"

# The registry, and every field: a package with a law and a program.
names=registry
for law in "$here"/../services/*/policy.py; do
    folder=$(dirname "$law")
    if [ -e "$folder/__main__.py" ]; then names="$names $(basename "$folder")"; fi
done

# dsn ROLE DATABASE HOST: with the role's password.
dsn() { printf 'postgresql://%s:%s@%s:5432/%s' "$1" "$(cat "$dir/databases/$1")" "$3" "$2"; }

# Each database has an owner, who migrates it, and a role for each program that works in it.
mkdir -p "$dir/owners"
for name in $names; do
    roles=$name
    if [ "$name" = registry ]; then roles="registry registry_import registry_erase"; fi
    for role in "${name}_owner" $roles; do word | make "$dir/databases/$role"; done
    for role in $roles; do dsn "$role" "$name" postgres | make "$dir/$role.dsn"; done
    dsn "${name}_owner" "$name" postgres | make "$dir/owners/$name.dsn"
done

# Where compose.yaml publishes a service.
address_of() {
    awk -v wanted="  $1:" '
        /^  [a-z]/ { found = $0 == wanted }
        found && /127\.0\.0\.1:70/ { split($0, part, ":"); print "127.0.0.1:" part[3]; exit }
    ' "$here/compose.yaml"
}

sh "$here/certificates.sh" "$dir"

# For `courtlist --profile deploy/secrets/courtlist.toml`; it holds passwords.
(
    umask 077
    {
        echo "[tls]"
        echo 'trust = "certificates/trust.pem"'
        echo
        echo "[addresses]"
        for name in $names; do echo "$name = \"$(address_of "$name")\""; done
        echo
        echo "[processes]"
        echo "importer = \"$(address_of importer)\""
        echo
        echo "[acting]"
        echo 'person = "operator-1"'
        echo 'role = "operator"'
        echo 'certificate = "certificates/operator/operator-1.pem"'
        echo 'key = "certificates/operator/operator-1.key"'
        echo
        echo "[stores]"
        for name in $names; do
            echo "$name = \"$(dsn "${name}_owner" "$name" 127.0.0.1)\""
        done
    } > "$dir/courtlist.toml"
)
