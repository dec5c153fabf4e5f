// Command agent greets whom it is given: the input {"name": "Ada"} gives the output {"greeting": "Hello, Ada"}.
package main

import (
	"encoding/json"

	"agent/sirsi"
)

func greet(task sirsi.Task) (any, error) {
	var input struct{ Name *string }
	if json.Unmarshal(task.Input, &input) != nil || input.Name == nil {
		return nil, sirsi.Invalid(`the input has no name: give one such as {"name": "Ada"}`)
	}
	greeting := "Hello"
	if setting, given := task.Config["greeting"]; given {
		if err := json.Unmarshal(setting, &greeting); err != nil {
			return nil, sirsi.Invalid("the setting greeting is no text")
		}
	}
	sirsi.Log("info", "greets "+*input.Name)
	return map[string]string{"greeting": greeting + ", " + *input.Name}, nil
}

func init() { sirsi.Handle(greet) }

func main() {}
