#!/bin/sh
# Check what must be on the machine before anything is installed: Python 3.11 or 3.12, JDK 17, Maven.
# `tools.sh python` prints the interpreter to use.
set -u

missing() {
    echo "minibroker needs $1: $2" >&2
    echo "  help: $3" >&2
    exit 2
}

for candidate in ${PYTHON:-} python3.12 python3.11 python3 python; do
    # A name may be on the PATH and still not run: version switchers leave such names behind.
    if "$candidate" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "${python:-}" ] || missing "Python 3.11 or 3.12" "none of python3.12, python3.11, python3 is one" \
    "install it with its venv module, or set PYTHON=/path/to/python3.12"
if [ "${1:-}" = python ]; then
    command -v "$python"
    exit 0
fi

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
version=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')
[ "$version" = 17 ] || [ "$version" = 21 ] || missing "JDK 17" "'$java -version' says '${version:-nothing}'" \
    "install a JDK 17 (openjdk-17-jdk-headless), or set JAVA_HOME"
command -v "${java}c" >/dev/null || missing "JDK 17" "there is a Java runtime but no compiler ($java""c)" \
    "install the JDK, not only the JRE"
command -v mvn >/dev/null || missing "Maven" "mvn is not on the PATH" "install Apache Maven 3.8 or newer"
