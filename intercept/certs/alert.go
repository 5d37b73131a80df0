package certs

import (
	"errors"
	"net"
	"reflect"
)

// Alerts of RFC 8446 section 6 (RFC 5246 section 7.2 for the older ones).
const (
	alertHandshakeFailure    = 40
	alertBadCertificate      = 42
	alertUnsupportedCert     = 43
	alertCertificateRevoked  = 44
	alertCertificateExpired  = 45
	alertCertificateUnknown  = 46
	alertUnknownCA           = 48
	alertProtocolVersion     = 70
	alertCertificateRequired = 116
	alertNoApplicationProto  = 120
)

// remoteAlert is the alert that the other side ended the connection with.
//
// crypto/tls wraps it into a net.OpError, in an unexported type whose value is
// the alert's number; its text is the only other way to tell them apart.
func remoteAlert(err error) (uint8, bool) {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" || op.Err == nil {
		return 0, false
	}
	v := reflect.ValueOf(op.Err)
	if v.Kind() != reflect.Uint8 {
		return 0, false
	}
	return uint8(v.Uint()), true
}
