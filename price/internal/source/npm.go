package source

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// The package that prices come from. To take a newer one, change all four:
// npm view says the version's time and dist.integrity.
const (
	Package   = "@pydantic/genai-prices"
	Version   = "0.1.8"
	Published = "2026-09-23"
	integrity = "sha512-h7CYw6qTyflG2zUndO8tXyL8Xopf+tX9JZu13h0ZFgeyYj+J2gm1edR4+R+mbQ2vPdkFjtTmmmu1cYQPM5/KTA=="
)

// maxFile bounds a file of the package, in bytes.
const maxFile = 16 << 20

// ErrNoNPM says that npm is not there.
var ErrNoNPM = errors.New("npm is not in PATH: install Node.js, which brings it, or leave the generated price table as it is")

// Files are what the package's archive holds that is needed here.
type Files struct {
	Script  []byte // the package as one CommonJS file, prices included
	License []byte // its MIT licence, to be kept beside the prices
}

// Fetch takes the pinned version of the package from npm's registry, checks
// that it is the archive that was pinned, and unpacks it in memory. Nothing of
// the package is run. Without npm the error is [ErrNoNPM].
func Fetch(ctx context.Context) (Files, error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return Files{}, ErrNoNPM
	}
	dir, err := os.MkdirTemp("", "genai-prices")
	if err != nil {
		return Files{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	cmd := exec.CommandContext(ctx, npm, "pack", Package+"@"+Version, "--silent", "--ignore-scripts", "--pack-destination", dir)
	cmd.Dir = dir // no project's .npmrc
	cmd.WaitDelay = time.Second
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return Files{}, fmt.Errorf("npm pack %s@%s: %w; is the registry within reach? npm said %q", Package, Version, err, stderr.String())
	}
	archives, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(archives) != 1 {
		return Files{}, fmt.Errorf("npm pack left %d archives, want one", len(archives))
	}
	archive, err := os.ReadFile(archives[0])
	if err != nil {
		return Files{}, err
	}
	return unpack(archive)
}

// unpack checks an archive and takes the files out of it.
func unpack(archive []byte) (Files, error) {
	sum := sha512.Sum512(archive)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != integrity {
		return Files{}, fmt.Errorf("%s %s has integrity %q, pinned is %q: if the version was changed, pin its integrity too", Package, Version, got, integrity)
	}
	return readArchive(archive)
}

func readArchive(archive []byte) (Files, error) {
	z, err := gzip.NewReader(strings.NewReader(string(archive)))
	if err != nil {
		return Files{}, fmt.Errorf("archive of %s: %w", Package, err)
	}
	var f Files
	wanted := map[string]*[]byte{"package/dist/index.cjs": &f.Script, "package/LICENSE": &f.License}
	for r := tar.NewReader(z); ; {
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Files{}, fmt.Errorf("archive of %s: %w", Package, err)
		}
		if to := wanted[head.Name]; to != nil {
			if *to, err = io.ReadAll(io.LimitReader(r, maxFile)); err != nil {
				return Files{}, fmt.Errorf("archive of %s, %s: %w", Package, head.Name, err)
			}
		}
	}
	for name, content := range wanted {
		if len(*content) == 0 {
			return Files{}, fmt.Errorf("archive of %s has no file %q: its layout has changed, so change Fetch", Package, name)
		}
	}
	return f, nil
}
