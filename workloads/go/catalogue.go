package main

// catalogue is every twin there is, by name.
var catalogue = map[string]entry{
	"bimodal":    {bimodalParams, newBimodal},
	"block":      {blockParams, newBlock},
	"burst":      {burstParams, newBurst},
	"contend":    {contendParams, newContend},
	"fib":        {fibParams, newFib},
	"hog":        {hogParams, newHog},
	"imbalance":  {imbalanceParams, newImbalance},
	"inject":     {injectParams, newInject},
	"lifotrap":   {lifotrapParams, newLifotrap},
	"mandelbrot": {mandelbrotParams, newMandelbrot},
	"matmul":     {matmulParams, newMatmul},
	"mergesort":  {mergesortParams, newMergesort},
	"nqueens":    {nqueensParams, newNqueens},
	"parked":     {parkedParams, newParked},
	"pingpong":   {pingpongParams, newPingpong},
	"sieve":      {sieveParams, newSieve},
	"skynet":     {skynetParams, newSkynet},
	"syscallmix": {syscallmixParams, newSyscallmix},
	"yield":      {yieldParams, newYield},
}
