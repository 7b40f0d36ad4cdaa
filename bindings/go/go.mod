module sqlite-sketches

go 1.20
