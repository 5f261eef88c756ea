module kore.internal/tools/hello

go 1.26.8
