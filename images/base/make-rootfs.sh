#!/bin/sh
# Makes a small Debian root file system and writes it as a tar archive to standard output; everything it says goes to standard error.
#
#   make-rootfs.sh SUITE [MIRROR [SECURITY_MIRROR]]
#
# The mirrors are the caller's business: they come from this machine's apt. Without one, debootstrap uses its own default.
set -eu

suite=$1 mirror=${2:-} security=${3:-}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT INT TERM

# Documentation and translations are left out of this image and, by the dpkg rule below, of every image built on it.
write_dpkg_rule() {
  mkdir -p "$root/etc/dpkg/dpkg.cfg.d"
  cat > "$root/etc/dpkg/dpkg.cfg.d/01-no-documentation" <<'RULE'
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/man/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/lintian/*
RULE
}

write_apt_settings() {
  cat > "$root/etc/apt/apt.conf.d/01-image" <<'SETTINGS'
APT::Install-Recommends "false";
APT::Keep-Downloaded-Packages "false";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
SETTINGS
  if [ -n "$security" ]; then
    echo "deb $security $suite-security main" >> "$root/etc/apt/sources.list"
  fi
}

# Starting a service makes no sense while an image is built.
forbid_services() {
  printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
  chmod 0755 "$root/usr/sbin/policy-rc.d"
}

# What differs from one run to the next is removed, so that the archive depends on the packages alone.
trim() {
  rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/tmp/* "$root"/var/tmp/*
  rm -rf "$root"/usr/share/man/* "$root"/usr/share/info/* "$root"/usr/share/locale/* "$root"/usr/share/lintian/*
  find "$root/usr/share/doc" -mindepth 1 ! -name copyright ! -type d -delete
  find "$root/usr/share/doc" -mindepth 1 -type d -empty -delete
  rm -f "$root"/var/cache/ldconfig/aux-cache "$root"/etc/hostname "$root"/etc/resolv.conf "$root"/etc/*- "$root"/var/lib/dpkg/*-old
  : > "$root/etc/machine-id"
}

write_dpkg_rule
# debootstrap prints its progress on standard output, which belongs to the archive here.
debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"} >&2
write_apt_settings
forbid_services
trim

released=$(stat -c %Y "$root/etc/debian_version")
tar --create --numeric-owner --one-file-system --sort=name --mtime="@$released" \
  --exclude=./dev/* --exclude=./proc/* --exclude=./sys/* --directory "$root" .
