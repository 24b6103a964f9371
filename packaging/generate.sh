#!/bin/sh
# Writes the manual page and the scripts for Tab anew, from the program itself. A test compares them.
set -eu
cd "$(dirname "$0")/.."
cargo build --quiet
program="${CARGO_TARGET_DIR:-target}/debug/pve-vm-setup"
"$program" man > packaging/pve-vm-setup.1
for shell in bash zsh fish; do
    "$program" completions "$shell" > "packaging/completions.$shell"
done
