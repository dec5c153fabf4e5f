# The metadata, as the custom section of the module.
	.section .custom_section.sirsi.agent,"",@
	.incbin "agent.json"
