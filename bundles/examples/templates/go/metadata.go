//go:build ignore

// Puts agent.json into a module, as its custom section sirsi.agent: go run metadata.go MODULE.wasm
package main

import (
	"encoding/binary"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	module, err := os.ReadFile(os.Args[1])
	check(err)
	metadata, err := os.ReadFile("agent.json")
	check(err)
	const name = "sirsi.agent"
	content := append(append([]byte{byte(len(name))}, name...), metadata...)
	section := append(binary.AppendUvarint([]byte{0}, uint64(len(content))), content...)
	check(os.WriteFile(os.Args[1], append(module, section...), 0o644))
}

func check(err error) {
	if err != nil {
		log.Fatal("metadata.go: ", err)
	}
}
