package loadtest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
)

const (
	smallPath    = "/v1.47/containers/json"
	downloadPath = "/v1.47/images/bench/get"
	uploadPath   = "/v1.47/images/load"
)

// Client sends requests to an address as docker's client does: net/http with
// keep-alive.
type Client struct {
	http *http.Client
	buf  []byte
}

// NewClient makes a client with one connection of its own; it is not for
// concurrent use. fresh makes it take a new connection for every request.
func NewClient(to Addr, fresh bool) *Client {
	t := &http.Transport{
		DialContext:        func(context.Context, string, string) (net.Conn, error) { return to.Dial() },
		DisableKeepAlives:  fresh,
		DisableCompression: true,
		ReadBufferSize:     64 << 10,
		WriteBufferSize:    64 << 10,
	}
	return &Client{http: &http.Client{Transport: t}, buf: make([]byte, 256<<10)}
}

// Close closes the client's idle connection.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Small is a small JSON exchange.
func (c *Client) Small() error {
	n, err := c.do(http.MethodGet, smallPath, nil)
	if err == nil && n != int64(len(containers)) {
		err = fmt.Errorf("%d bytes came instead of %d", n, len(containers))
	}
	return err
}

// Download takes n bytes in a chunked body.
func (c *Client) Download(n int64) error {
	got, err := c.do(http.MethodGet, downloadPath+"?bytes="+strconv.FormatInt(n, 10), nil)
	if err == nil && got != n {
		err = fmt.Errorf("%d bytes came instead of %d", got, n)
	}
	return err
}

// DownloadWhole takes n bytes in a body whose length is known.
func (c *Client) DownloadWhole(n int64) error {
	got, err := c.do(http.MethodGet, downloadPath+"?whole=1&bytes="+strconv.FormatInt(n, 10), nil)
	if err == nil && got != n {
		err = fmt.Errorf("%d bytes came instead of %d", got, n)
	}
	return err
}

// Upload sends n bytes in a chunked body.
func (c *Client) Upload(n int64) error {
	body := struct{ io.Reader }{io.LimitReader(noise{}, n)} // no length to be seen
	resp, err := c.send(http.MethodPost, uploadPath, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	p, err := io.ReadAll(resp.Body)
	if err == nil && !strings.Contains(string(p), strconv.Quote(strconv.FormatInt(n, 10))) {
		err = fmt.Errorf("daemon did not see %d bytes: %s", n, p)
	}
	return err
}

func (c *Client) send(method, path string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequest(method, "http://api.moby.localhost"+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "Docker-Client/28.2.2 (linux)")
	resp, err := c.http.Do(req)
	if err == nil && resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		err = fmt.Errorf("%s %s: %s", method, path, resp.Status)
	}
	return resp, err
}

// do sends a request and reads the answer to its end.
func (c *Client) do(method, path string, body io.Reader) (n int64, err error) {
	resp, err := c.send(method, path, body)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	for {
		m, err := resp.Body.Read(c.buf)
		n += int64(m)
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}
