module dyno/workloads

go 1.19
