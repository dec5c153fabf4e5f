module resource-audit-go

go 1.24
