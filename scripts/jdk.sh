# Sourced by the entry scripts. Sets JAVA_HOME to the newest JDK (21 or later, with javac) found in JAVA_HOME, on the PATH and
# in the usual folders, or ends the script with a sentence that says what to install.
# shellcheck shell=sh

jdk_major() { # DIR: the major version of the JDK in DIR, or nothing
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then # every JDK since 9 has one, and reading it is quicker than starting a JVM
    sed -nE 's/^JAVA_VERSION="([0-9]+).*/\1/p' "$1/release"
  else
    "$1/bin/java" -version 2>&1 | sed -nE '1s/.*version "([0-9]+).*/\1/p'
  fi
}

jdk_newest=
jdk_newest_major=0
jdk_path=$(command -v javac 2>/dev/null || true)
[ -z "$jdk_path" ] || jdk_path=$(dirname "$(dirname "$(readlink -f "$jdk_path")")")
for jdk_dir in "${JAVA_HOME:-}" "$jdk_path" /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
  /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  [ -n "$jdk_dir" ] && [ -d "$jdk_dir" ] || continue
  jdk_found=$(jdk_major "$jdk_dir")
  if [ -n "$jdk_found" ] && [ "$jdk_found" -gt "$jdk_newest_major" ]; then
    jdk_newest=$jdk_dir
    jdk_newest_major=$jdk_found
  fi
done
if [ "$jdk_newest_major" -lt 21 ]; then
  echo "$(basename "$0"): needs a JDK 21 or later; the newest found is ${jdk_newest_major#0}${jdk_newest:+ in $jdk_newest}." >&2
  echo "Install one (for example: apt-get install temurin-25-jdk, or sdk install java) or set JAVA_HOME to it." >&2
  exit 69
fi
JAVA_HOME=$jdk_newest
export JAVA_HOME
