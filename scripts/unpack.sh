# Sourced. What is in an image's tarball, as scripts/images leaves it.
# shellcheck shell=sh

unpack_image() { # FILE.tar DIR: its files below DIR/root
  mkdir -p "$2/root" "$2/image"
  tar -xf "$1" -C "$2/image"
  for layer in $(sed 's/.*"Layers":\[\([^]]*\)\].*/\1/' "$2/image/manifest.json" | tr -d '"' | tr ',' ' '); do
    tar -xf "$2/image/$layer" -C "$2/root" --warning=no-unknown-keyword --no-same-owner
  done
}

java_of_image() { # DIR of unpack_image: prints the image's java, or fails
  for dir in $(sed 's/.*"PATH=\([^"]*\)".*/\1/' "$1/image/config.json" | tr ':' ' '); do
    if [ -x "$1/root$dir/java" ]; then
      echo "$1/root$dir/java"
      return
    fi
  done
  return 1
}

class_path_of_image() { # DIR of unpack_image
  sed "s|/app/|$1/root/app/|g" "$1/root/app/jib-classpath-file"
}

options_of_image() { # DIR of unpack_image: prints its JVM's options, with the files where they are now
  sed "s|=/app/|=$1/root/app/|" "$1/root/app/jvm.options"
}
