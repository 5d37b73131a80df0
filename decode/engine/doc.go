// Package engine knows what requests and responses mean to the Docker Engine.
package engine
