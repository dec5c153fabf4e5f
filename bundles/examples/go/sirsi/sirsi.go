// Package sirsi is what an agent of Sirsi Nexus in Go is given by its host. Copy the folder into your module, and write
//
//	func init() { sirsi.Handle(run) }
//	func main() {}
//
// where run has the type Handler. The module is built as a reactor (-buildmode=c-shared, Go 1.24 or newer). The runtime of Go
// reads the clock before it does anything, so such an agent requires the permission wasi:clock.
//
// A task finds the module as it was after _initialize, so nothing of an earlier task is there. A panic ends the call.
package sirsi

import (
	"encoding/json"
	"unsafe"
)

// Handler runs one task. What it returns is the output; a *Failure or *Cancelled as error says how else it ended, and any other
// error is a failure INTERNAL.
type Handler func(Task) (any, error)

// Task is what the host asks for.
type Task struct {
	ID          string            `json:"id"`
	Type        string            `json:"type"`
	Attempt     int               `json:"attempt"`
	RemainingMs int64             `json:"remainingMs"`
	Input       json.RawMessage   `json:"input"`
	Labels      map[string]string `json:"labels"`
	// Config is the agent's settings, by their names.
	Config map[string]json.RawMessage `json:"-"`
}

// Failure is a task that failed, with a code of the ABI and one sentence.
type Failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (f *Failure) Error() string { return f.Message }

// Invalid is a task that was asked for wrongly.
func Invalid(sentence string) *Failure { return &Failure{"INVALID", sentence} }

// Cancelled is a task that stopped because it was asked to.
type Cancelled struct{ Message string }

func (c *Cancelled) Error() string { return c.Message }

var (
	handler Handler
	// What the host holds, so that it is not collected.
	held = map[unsafe.Pointer][]byte{}
)

// Handle says what runs the tasks; to be called by an init function.
func Handle(h Handler) { handler = h }

//go:wasmexport alloc
func alloc(length uint32) unsafe.Pointer {
	bytes := make([]byte, max(length, 1))
	at := unsafe.Pointer(unsafe.SliceData(bytes))
	held[at] = bytes
	return at
}

//go:wasmexport dealloc
func dealloc(at unsafe.Pointer, _ uint32) { delete(held, at) }

//go:wasmexport handle
func handle(at unsafe.Pointer, length uint32) uint64 {
	answer, err := json.Marshal(run(unsafe.Slice((*byte)(at), length)))
	if err != nil {
		panic(err)
	}
	to := alloc(uint32(len(answer)))
	copy(held[to], answer)
	return uint64(uintptr(to))<<32 | uint64(len(answer))
}

// An outcome, as the ABI has it.
type outcome struct {
	Status  string `json:"status"`
	Output  any    `json:"output,omitempty"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

func run(message []byte) outcome {
	var asked struct {
		Task   Task                       `json:"task"`
		Config map[string]json.RawMessage `json:"config"`
	}
	if err := json.Unmarshal(message, &asked); err != nil {
		return outcome{Status: "failed", Code: "INTERNAL", Message: "the task cannot be read: " + err.Error()}
	}
	asked.Task.Config = asked.Config
	output, err := handler(asked.Task)
	switch err := err.(type) {
	case nil:
		return outcome{Status: "succeeded", Output: output}
	case *Failure:
		return outcome{Status: "failed", Code: err.Code, Message: err.Message}
	case *Cancelled:
		return outcome{Status: "cancelled", Message: err.Message}
	default:
		return outcome{Status: "failed", Code: "INTERNAL", Message: err.Error()}
	}
}

// Log adds a line to the log; levels are debug, info, warn and error.
func Log(level, message string) {
	// Nothing can be done about a line that is not kept.
	_ = call(hostLog, map[string]any{"level": level, "message": message}, &struct{}{})
}

// Progress tells how far the task is, and whether it was asked to stop.
func Progress(done, total uint64, note string) (cancelled bool, err error) {
	var answer struct{ Cancelled bool }
	err = call(hostProgress, map[string]any{"done": done, "total": total, "note": note}, &answer)
	return answer.Cancelled, err
}

// The other host functions: request and response are those of the ABI, the response is a pointer to what it is read into.

func Emit(request, response any) error      { return call(hostEmit, request, response) }
func Config(request, response any) error    { return call(hostConfig, request, response) }
func Secret(request, response any) error    { return call(hostSecret, request, response) }
func Spawn(request, response any) error     { return call(hostSpawn, request, response) }
func Submit(request, response any) error    { return call(hostSubmit, request, response) }
func Inventory(request, response any) error { return call(hostInventory, request, response) }
func HTTP(request, response any) error      { return call(hostHTTP, request, response) }

func call(function func(unsafe.Pointer, uint32) uint32, request, response any) error {
	asked, err := json.Marshal(request)
	if err != nil {
		return err
	}
	length := function(unsafe.Pointer(unsafe.SliceData(asked)), uint32(len(asked)))
	answer := make([]byte, max(length, 1))
	answer = answer[:hostResponse(unsafe.Pointer(unsafe.SliceData(answer)), length)]
	var refused struct{ Error *Failure }
	if err := json.Unmarshal(answer, &refused); err != nil {
		return err
	}
	if refused.Error != nil {
		return refused.Error
	}
	return json.Unmarshal(answer, response)
}

//go:wasmimport sirsi log
func hostLog(at unsafe.Pointer, length uint32) uint32

//go:wasmimport sirsi progress
func hostProgress(at unsafe.Pointer, length uint32) uint32

//go:wasmimport sirsi emit
func hostEmit(at unsafe.Pointer, length uint32) uint32

//go:wasmimport sirsi config
func hostConfig(at unsafe.Pointer, length uint32) uint32

//go:wasmimport sirsi secret
func hostSecret(at unsafe.Pointer, length uint32) uint32

//go:wasmimport sirsi spawn
func hostSpawn(at unsafe.Pointer, length uint32) uint32

//go:wasmimport sirsi submit
func hostSubmit(at unsafe.Pointer, length uint32) uint32

//go:wasmimport sirsi inventory
func hostInventory(at unsafe.Pointer, length uint32) uint32

//go:wasmimport sirsi http
func hostHTTP(at unsafe.Pointer, length uint32) uint32

//go:wasmimport sirsi response
func hostResponse(at unsafe.Pointer, length uint32) uint32
