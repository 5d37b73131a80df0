package otlp

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	commonpb "go.opentelemetry.io/proto/slim/otlp/common/v1"

	"github.com/dockwire/dockwire/ui/telemetry"
)

// DefaultEndpoint is where a collector listens on this machine.
const DefaultEndpoint = "http://localhost:4318"

// signal is a kind of telemetry.
type signal int

const (
	traces signal = iota
	metrics
	logs
	signals
)

func (s signal) String() string { return [...]string{"traces", "metrics", "logs"}[s] }

// Settings say where telemetry goes, and how. They follow OpenTelemetry's
// specification of the OTLP exporter's variables.
type Settings struct {
	Endpoint string // as people call it

	urls     [signals]string // "": not sent
	headers  [signals]map[string]string
	gzip     [signals]bool
	timeout  time.Duration
	interval time.Duration // of metrics
	tls      *tls.Config
	resource []*commonpb.KeyValue
}

// Wanted reports whether the environment says that telemetry is to be sent.
func Wanted(env func(string) string) bool {
	if strings.EqualFold(env("OTEL_SDK_DISABLED"), "true") {
		return false
	}
	return slices.ContainsFunc([]string{"ENDPOINT", "TRACES_ENDPOINT", "METRICS_ENDPOINT", "LOGS_ENDPOINT"}, func(name string) bool { return env("OTEL_EXPORTER_OTLP_"+name) != "" })
}

// Read makes settings of an endpoint, "" for the environment's, and of the
// variables OTEL_EXPORTER_OTLP_*, OTEL_*_EXPORTER, OTEL_SERVICE_NAME,
// OTEL_RESOURCE_ATTRIBUTES and OTEL_METRIC_EXPORT_INTERVAL. resource is what is
// known of the sender; the environment's attributes go before it.
func Read(endpoint string, env func(string) string, resource map[string]string) (*Settings, error) {
	s := &Settings{Endpoint: cmp.Or(endpoint, env("OTEL_EXPORTER_OTLP_ENDPOINT")), timeout: 10 * time.Second, interval: time.Minute}
	base, err := parseEndpoint("--otlp", s.Endpoint)
	if err != nil {
		return nil, err
	}
	for sig := range signals {
		if err := s.readSignal(sig, endpoint != "", base, env); err != nil {
			return nil, err
		}
	}
	s.Endpoint = cmp.Or(s.Endpoint, s.urls[traces]+s.urls[metrics]+s.urls[logs])
	if err := milliseconds(env, "OTEL_EXPORTER_OTLP_TIMEOUT", &s.timeout); err != nil {
		return nil, err
	}
	if err := milliseconds(env, "OTEL_METRIC_EXPORT_INTERVAL", &s.interval); err != nil {
		return nil, err
	}
	if s.tls, err = readTLS(env); err != nil {
		return nil, err
	}
	s.resource, err = readResource(env, resource)
	return s, err
}

func (s *Settings) readSignal(sig signal, flag bool, base *url.URL, env func(string) string) error {
	of := func(name string) string {
		return cmp.Or(env("OTEL_EXPORTER_OTLP_"+strings.ToUpper(sig.String())+"_"+name), env("OTEL_EXPORTER_OTLP_"+name))
	}
	if exporter := env("OTEL_" + strings.ToUpper(sig.String()) + "_EXPORTER"); exporter != "" && exporter != "otlp" && !flag {
		return nil // another exporter, or none, is wanted for it
	}
	if own := env("OTEL_EXPORTER_OTLP_" + strings.ToUpper(sig.String()) + "_ENDPOINT"); own != "" && !flag {
		if _, err := parseEndpoint("OTEL_EXPORTER_OTLP_"+strings.ToUpper(sig.String())+"_ENDPOINT", own); err != nil {
			return err
		}
		s.urls[sig] = own // as it is, says the specification
	} else if base != nil {
		s.urls[sig] = base.JoinPath("v1", sig.String()).String()
	}
	if protocol := of("PROTOCOL"); protocol != "" && protocol != "http/protobuf" && !flag {
		return fmt.Errorf("OTEL_EXPORTER_OTLP_PROTOCOL=%s: dockwire speaks http/protobuf only, which collectors take on port 4318", protocol)
	}
	switch c := of("COMPRESSION"); c {
	case "", "none":
	case "gzip":
		s.gzip[sig] = true
	default:
		return fmt.Errorf("OTEL_EXPORTER_OTLP_COMPRESSION=%s: give gzip or none", c)
	}
	var err error
	if s.headers[sig], err = pairs("OTEL_EXPORTER_OTLP_HEADERS", of("HEADERS")); err != nil {
		return errors.New("OTEL_EXPORTER_OTLP_HEADERS: give NAME=VALUE, separated by commas")
	}
	return nil
}

func parseEndpoint(name, endpoint string) (*url.URL, error) {
	if endpoint == "" {
		return nil, nil
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%s: %q is no address of a collector; give one such as %s", name, endpoint, DefaultEndpoint)
	}
	return u, nil
}

func milliseconds(env func(string) string, name string, to *time.Duration) error {
	v := env(name)
	if v == "" {
		return nil
	}
	ms, err := strconv.Atoi(v)
	if err != nil || ms <= 0 {
		return fmt.Errorf("%s=%s: give a number of milliseconds", name, v)
	}
	*to = time.Duration(ms) * time.Millisecond
	return nil
}

// pairs reads NAME=VALUE,NAME=VALUE with values in percent encoding.
func pairs(name, list string) (map[string]string, error) {
	if list == "" {
		return nil, nil
	}
	all := map[string]string{}
	for item := range strings.SplitSeq(list, ",") {
		key, value, ok := strings.Cut(item, "=")
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if !ok || err != nil || strings.TrimSpace(key) == "" {
			return nil, fmt.Errorf("%s: give NAME=VALUE, separated by commas", name)
		}
		all[strings.TrimSpace(key)] = value
	}
	return all, nil
}

func readTLS(env func(string) string) (*tls.Config, error) {
	ca, cert, key := env("OTEL_EXPORTER_OTLP_CERTIFICATE"), env("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"), env("OTEL_EXPORTER_OTLP_CLIENT_KEY")
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_CERTIFICATE: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_CERTIFICATE: %q holds no certificate", ca)
		}
	}
	if cert != "" || key != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE, OTEL_EXPORTER_OTLP_CLIENT_KEY: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

func readResource(env func(string) string, known map[string]string) ([]*commonpb.KeyValue, error) {
	all, err := pairs("OTEL_RESOURCE_ATTRIBUTES", env("OTEL_RESOURCE_ATTRIBUTES"))
	if err != nil {
		return nil, err
	}
	if all == nil {
		all = map[string]string{}
	}
	for key, value := range known {
		if _, given := all[key]; !given && value != "" {
			all[key] = value
		}
	}
	if name := env("OTEL_SERVICE_NAME"); name != "" {
		all["service.name"] = name
	}
	var attributes []*commonpb.KeyValue
	for key, value := range all {
		attributes = append(attributes, telemetry.Text(key, value))
	}
	return attributes, nil
}
