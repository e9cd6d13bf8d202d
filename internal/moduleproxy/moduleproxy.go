// Package moduleproxy releases the modules of this repository into a folder, in the
// layout of a module proxy (Go Modules Reference, "GOPROXY protocol"). Tests use it to
// do the steps of a user after a release, without a release and without a network.
package moduleproxy

import (
	"archive/zip"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// Root is the path of the module at the top of the repository.
const Root = "github.com/lambdaperm/lambdaperm"

// Release writes the module in dir, with its version, into the proxy's folder. In the
// go.mod of a module below the root it drops the replacement of Root and requires the
// same version of Root, as a real release does.
func Release(proxy, dir, version string) error {
	gomod, modulePath, err := releasedGoMod(dir, version)
	if err != nil {
		return err
	}
	versions := filepath.Join(proxy, filepath.FromSlash(modulePath), "@v")
	if err := os.MkdirAll(versions, 0o755); err != nil {
		return err
	}
	info := fmt.Sprintf(`{"Version":%q}`, version)
	for name, text := range map[string]string{"list": version + "\n", version + ".info": info, version + ".mod": gomod} {
		if err := os.WriteFile(filepath.Join(versions, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return writeArchive(filepath.Join(versions, version+".zip"), modulePath+"@"+version, dir, gomod)
}

// releasedGoMod returns the text of the go.mod that is released, and the module's
// path.
func releasedGoMod(dir, version string) (text, modulePath string, err error) {
	source, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return "", "", err
	}
	first, _, _ := strings.Cut(string(source), "\n")
	modulePath, ok := strings.CutPrefix(strings.TrimSpace(first), "module ")
	if !ok {
		return "", "", fmt.Errorf("moduleproxy: %s does not begin with its module's path", filepath.Join(dir, "go.mod"))
	}
	if modulePath == Root {
		return string(source), modulePath, nil
	}
	edited, err := os.CreateTemp("", "go.mod")
	if err != nil {
		return "", "", err
	}
	defer os.Remove(edited.Name())
	_, err = edited.Write(source)
	if closed := edited.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return "", "", err
	}
	edit := exec.Command("go", "mod", "edit", "-dropreplace="+Root, "-require="+Root+"@"+version, edited.Name())
	if out, err := edit.CombinedOutput(); err != nil {
		return "", "", fmt.Errorf("moduleproxy: go mod edit: %w: %s", err, out)
	}
	released, err := os.ReadFile(edited.Name())
	return string(released), modulePath, err
}

// writeArchive writes the files of the module in dir, without those of nested modules.
// Their names in the archive begin with prefix.
func writeArchive(name, prefix, dir, gomod string) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer file.Close()
	archive := zip.NewWriter(file)
	err = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != dir && isElsewhere(name):
			return filepath.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		below, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		text := []byte(gomod)
		if below != "go.mod" {
			if text, err = os.ReadFile(name); err != nil {
				return err
			}
		}
		w, err := archive.Create(path.Join(prefix, filepath.ToSlash(below)))
		if err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	})
	if err != nil {
		return err
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return file.Close()
}

// isElsewhere reports whether a folder is a module of its own, or hidden.
func isElsewhere(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil || strings.HasPrefix(filepath.Base(dir), ".")
}

// Environ returns an environment for the go command. In it modules come from the
// proxy's folder and from the user's cache of downloads, not from the network. They are
// unpacked into modcache, so that modules that were never really released do not get
// into the user's own cache.
func Environ(proxy, modcache string) ([]string, error) {
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		return nil, fmt.Errorf("moduleproxy: go env: %w", err)
	}
	downloaded := filepath.Join(strings.TrimSpace(string(out)), "cache", "download")
	return append(os.Environ(),
		"GOPROXY="+fileURL(proxy)+","+fileURL(downloaded),
		"GOMODCACHE="+modcache,
		"GOFLAGS=-mod=mod -modcacherw -trimpath",
		"GOSUMDB=off", "GONOPROXY=none", "GOPRIVATE=", "GOWORK=off", "GOTOOLCHAIN=local",
	), nil
}

func fileURL(dir string) string {
	name := filepath.ToSlash(dir)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name // a drive letter on Windows
	}
	return "file://" + name
}
