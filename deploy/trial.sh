#!/bin/sh
# To try compose.yaml out: plays the courts and the partners of `courtlist init --example`. Makes their certificates and
# their people's keys, and a profile that holds all of them, DIR/trial.toml. What is there stays. In earnest each key is
# made where its owner is, and no profile holds two people's.
#
# usage: deploy/trial.sh [DIR]        (after secrets.sh)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:-$here/secrets}
python=${PYTHON:-$here/../.venv/bin/python}
export PYTHONPATH="$here/../services"

[ -e "$dir/courtlist.toml" ] || { echo "trial.sh: $dir has no profile; run deploy/secrets.sh first" >&2; exit 1; }
umask 077
"$python" -m certificates --out "$dir/certificates" court/京0199 court/沪0199 \
    partner/rail-1 partner/hotel-1 partner/bank-1 partner/buyer-1

mkdir -p "$dir/people"
# key NAME: a new one, once.
key() { [ -e "$dir/people/$1.pem" ] || "$python" -m cli keys new --out "$dir/people/$1.pem" >/dev/null; }

# person ID ROLE, of the court COURT, whose certificate lies under its code in Punycode, FILE.
person() {
    key "$1"
    printf '\n[[people]]\nperson = "%s"\nrole = "%s"\ncourt = "%s"\n' "$1" "$2" "$COURT"
    echo "certificate = \"certificates/court/$FILE.pem\""
    echo "key = \"certificates/court/$FILE.key\""
    echo "assertion_key = \"people/$1.pem\""
    [ "$2" = president ] || return 0
    key "$1.sign"
    echo "sign_key = \"people/$1.sign.pem\""
}

{
    echo 'partner = "rail-1"'
    echo
    cat "$dir/courtlist.toml"
    COURT=京0199 FILE=xn--0199-4x5f
    person clerk-1 clerk
    person clerk-2 clerk
    person judge-1 judge
    person president-1 president
    COURT=沪0199 FILE=xn--0199-z96i
    person clerk-3 clerk
    person judge-2 judge
    person president-2 president
    for partner in rail-1 hotel-1 bank-1 buyer-1; do
        printf '\n[partners.%s]\n' "$partner"
        echo "certificate = \"certificates/partner/$partner.pem\""
        echo "key = \"certificates/partner/$partner.key\""
    done
} > "$dir/trial.toml.new"
mv "$dir/trial.toml.new" "$dir/trial.toml"
echo "profile: $dir/trial.toml" >&2
