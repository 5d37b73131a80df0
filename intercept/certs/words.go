package certs

import (
	"cmp"
	"crypto/x509"
	"fmt"
	"strings"
	"time"
)

const day = 24 * time.Hour

// moment writes a time as people compare them, always in UTC.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// span writes a duration in its largest unit that makes sense.
func span(d time.Duration) string {
	count := func(n int64, unit string) string {
		if n == 1 {
			return "1 " + unit
		}
		return fmt.Sprintf("%d %ss", n, unit)
	}
	switch d = d.Abs(); {
	case d >= 2*365*day:
		return count(int64(d/(365*day)), "year")
	case d >= 2*day:
		return count(int64(d/day), "day")
	case d >= 2*time.Hour:
		return count(int64(d/time.Hour), "hour")
	case d >= 2*time.Minute:
		return count(int64(d/time.Minute), "minute")
	}
	return count(int64(d/time.Second), "second")
}

// validity writes a certificate's time in words, as seen at now.
func validity(c *x509.Certificate, now time.Time) string {
	switch {
	case now.Before(c.NotBefore):
		return fmt.Sprintf("not valid before %s, in %s", moment(c.NotBefore), span(c.NotBefore.Sub(now)))
	case now.After(c.NotAfter):
		return fmt.Sprintf("expired since %s, %s ago", moment(c.NotAfter), span(now.Sub(c.NotAfter)))
	}
	return fmt.Sprintf("valid until %s, for another %s", moment(c.NotAfter), span(c.NotAfter.Sub(now)))
}

// names lists what a server certificate is good for.
func names(c *x509.Certificate) []string {
	all := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	return all
}

// usages lists the extended key usages in the words of RFC 5280 section 4.2.1.12.
func usages(c *x509.Certificate) []string {
	var all []string
	for _, u := range c.ExtKeyUsage {
		switch u {
		case x509.ExtKeyUsageServerAuth:
			all = append(all, "serverAuth")
		case x509.ExtKeyUsageClientAuth:
			all = append(all, "clientAuth")
		case x509.ExtKeyUsageAny:
			all = append(all, "any")
		default:
			all = append(all, fmt.Sprintf("usage %d", u))
		}
	}
	if len(c.UnknownExtKeyUsage) > 0 {
		all = append(all, "others")
	}
	return all
}

// title calls a certificate by its name.
func title(c *x509.Certificate) string {
	if c.Subject.CommonName != "" {
		return c.Subject.CommonName
	}
	return cmp.Or(c.Subject.String(), "(no subject)")
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}
