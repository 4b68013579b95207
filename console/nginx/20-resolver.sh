#!/bin/sh
# nginx asks for names at run time only where it is told whom; a container engine says it in /etc/resolv.conf.
set -eu
servers=$(sed -n 's/^nameserver[[:space:]]*//p' /etc/resolv.conf | sed 's/^\(.*:.*\)$/[\1]/' | tr '\n' ' ')
echo "resolver ${servers:-127.0.0.11} valid=10s ipv6=off;" > /tmp/resolver.conf
