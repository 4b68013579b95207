package privacy

import "strings"

// Devices that no key announces, in lines of what gives addresses and lets into networks: leases of dnsmasq, hostapd, RADIUS.

// leasedDevices finds the hardware address, and the address that it got, in a line of leases: 1770619260 a4:83:e7:12:34:56 10.1.2.3 till-9 *; and a device behind
// `client` or `cli`.
func (x *scanner) leasedDevices(s string) {
	if strings.IndexByte(s, '.') > 0 {
		x.dottedHardware(s)
	}
	for i := 2; i+15 <= len(s); i++ {
		if s[i] != ':' && s[i] != '-' || s[i+3] != s[i] || s[i+6] != s[i] || s[i+9] != s[i] || s[i+12] != s[i] {
			continue
		}
		from, to := i-2, i+15
		if !isHardwareAddress(s[from:to]) || from > 0 && (isAlnum(s[from-1]) || s[from-1] == s[i]) || to < len(s) && (isAlnum(s[to]) || s[to] == s[i]) {
			continue
		}
		x.nearby(s, from, to, func(s string, from int) { x.leasedDevice(s, from, from+17) })
		i = to
	}
}

func (x *scanner) leasedDevice(s string, from, to int) {
	if !isDeviceID(s[from:to]) {
		return
	}
	before := s[:from]
	start := strings.LastIndexAny(before, "\n") + 1
	if time := strings.TrimSuffix(before[start:], " "); len(time) == 10 && allDigits(time) && to+8 < len(s) && s[to] == ' ' && isDigit(s[to+1]) {
		if end, octets, ok := parseV4(s, to+1); ok && octets[0] != 0 && octets[0] != 127 && end < len(s) && s[end] == ' ' {
			x.add(from, to, person)
			x.add(to+1, end, address)
			return
		}
	}
	for _, words := range [...]string{" cli ", "client (", "client ", "STA ", "station ", "tation ", "supplicant ", "lient: ", "lient MAC: ", "lient mac ", "roaming "} {
		if strings.HasSuffix(before, words) {
			x.add(from, to, person)
			return
		}
	}
	if m := meaningBefore(s, from); m != server && isWireless(around(s, from, to)) && !hasSuffixFold(before, "bssid ") && !hasSuffixFold(before, "bssid=") {
		x.add(from, to, person)
	}
}

// isWireless says whether a text is about devices that come and go: of a wireless network, of Bluetooth.
func isWireless(s string) bool {
	for _, word := range [...]string{"hostapd", "wlan", "wifi", "wi-fi", "ssid", "bluetooth", "bluez", "hci0", "dhcp", "supplicant", "deauth", "disassoc", "associated", "roamed", "roaming", "rssi", "unifi", "captive", "handset", "headset", "paired", "presence"} {
		if containsFold(s, word) {
			return true
		}
	}
	return false
}

// dottedHardware finds devices as switches write them: client 6b0b.98d4.e25e joined.
func (x *scanner) dottedHardware(s string) {
	for i := 4; i+10 <= len(s); i++ {
		if s[i] != '.' || s[i+5] != '.' || i > 4 && isIdent(s[i-5]) || i+10 < len(s) && isIdent(s[i+10]) {
			continue
		}
		v := s[i-4 : i+10]
		if bare := strings.ReplaceAll(v, ".", ""); len(bare) != 12 || !isAllHexDigits(bare) || !strings.ContainsAny(bare, "0123456789") || allDigits(bare) {
			continue
		}
		near := around(s, i-4, i+10)
		client := isWireless(near) || containsFold(near, "arp") || containsFold(near, "vlan") || containsFold(near, "mac")
		wordsBefore(s, i-4, 2, func(word []byte) bool {
			client = client || string(word) == "client" || string(word) == "station" || string(word) == "host" || string(word) == "mac"
			return !client
		})
		if client {
			x.add(i-4, i+10, person)
		}
		i += 9
	}
}

func isAllHexDigits(v string) bool {
	for i := 0; i < len(v); i++ {
		if !isHex(v[i]) {
			return false
		}
	}
	return true
}

// isHardwareAddress: six groups of two hexadecimal digits.
func isHardwareAddress(v string) bool {
	for i := 0; i < len(v); i++ {
		if i%3 != 2 && !isHex(v[i]) {
			return false
		}
	}
	return len(v) == 17
}
