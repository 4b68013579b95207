#!/bin/sh
# install.sh libraries|own: lays /instrumentation/python, one folder tree for every Python from 3.10 on, glibc and musl:
#   start/     the only folder on PYTHONPATH: sitecustomize.py
#   packages/  pure Python, and compiled parts whose file name says interpreter and libc, so that they lie side by side
#   glibc/     compiled parts that say no libc (stable ABI)
#   musl/
#   configuration/ what reads OpenTelemetry's declarative configuration file
set -eu
here=/tmp/build
tree=/instrumentation/python
arch=$(uname -m)
[ ! -s "$here/ca.crt" ] || export PIP_CERT="$here/ca.crt"
pip="$here/venv/bin/pip --disable-pip-version-check"
# without dependencies: requirements.txt names them all
install="$pip install --quiet --no-cache-dir --no-compile --no-deps --only-binary :all:"
pinned() { grep -hE "^$1==" "$here/requirements.txt" "$here/configuration.txt"; }

libraries() {
  python3 -m venv "$here/venv"
  mkdir -p "$tree"
  grep -v '^psutil==' "$here/requirements.txt" >"$here/pure.txt"
  $install --platform any --implementation py --abi none --python-version 3.10 --target "$tree/packages" --requirement "$here/pure.txt"
  rm -rf "$tree/packages/bin"
  for libc in glibc musl; do
    if [ $libc = glibc ]; then
      platforms="--platform manylinux_2_28_$arch --platform manylinux2014_$arch"
    else
      platforms="--platform musllinux_1_2_$arch"
    fi
    $install $platforms --implementation cp --abi abi3 --python-version 3.10 --target "$tree/$libc" "$(pinned psutil)"
    for version in 10 11 12 13 14; do
      $install $platforms --implementation cp --abi cp3$version --python-version 3.$version --target "$here/wrapt" "$(pinned wrapt)"
      for file in "$here"/wrapt/wrapt/_wrappers*.so; do
        # Python 3.10 gives both libcs one name; wrapt does without on musl then.
        [ -e "$tree/packages/wrapt/${file##*/}" ] || cp "$file" "$tree/packages/wrapt/"
      done
      rm -r "$here/wrapt"
    done
  done
  # Fast encoding where there is a wheel: there is none for musl, which encodes in Python.
  $install --platform manylinux2014_"$arch" --implementation cp --abi abi3 --python-version 3.10 --target "$here/protobuf" "$(pinned protobuf)"
  mkdir -p "$tree/glibc/google"
  cp -r "$here/protobuf/google/_upb" "$tree/glibc/google/"
  grep -v '^PyYAML==' "$here/configuration.txt" >"$here/pure.txt"
  $install --platform any --implementation py --abi none --python-version 3.10 --target "$tree/configuration" --requirement "$here/pure.txt"
  $install --platform manylinux2014_"$arch" --implementation cp --abi cp310 --python-version 3.10 --target "$here/yaml" "$(pinned PyYAML)"
  rm -rf "$tree/configuration/bin" "$here"/yaml/yaml/*.so
  cp -r "$here"/yaml/* "$tree/configuration/"
}

own() {
  for project in "$here"/own/*/; do
    $pip install --quiet --no-cache-dir --no-compile --no-deps --target "$here/made" "$project"
  done
  cp -r "$here"/made/* "$tree/packages/"
  cp -r "$here/own/inject/start" "$tree/start"
  # Bytecode that is never checked against the sources' times, for this Python; others compile at each start, since the volume is read-only for them.
  "$here/venv/bin/python" -m compileall -q -j 0 --invalidation-mode unchecked-hash "$tree"
  chown -R 10001:10001 /instrumentation
}

"$1"
