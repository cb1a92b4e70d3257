# Sourced. The commit with which versions are compared.
# shellcheck shell=sh

protocol=ring/src/main/java/io/slackwater/ring/handover/ConnectionName.java

protocol_version() { # COMMIT: the version of the protocol that it speaks
  git show "$1:$protocol" | sed -n 's/.*int VERSION = \([0-9]*\);/\1/p'
}

commit_before() { # [COMMIT]: prints it in full; if none is said, the last one before the version of the protocol changed
  changed=$(git log -n 1 --format=%H -G 'int VERSION = ' -- "$protocol")
  git rev-parse --verify --quiet "${1:-$changed^}^{commit}" || {
    echo "there is no such commit in this repository's history: name one with --before (a shallow clone has none)" >&2
    return 65
  }
}
