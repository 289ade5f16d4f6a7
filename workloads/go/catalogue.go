package main

// catalogue is every twin there is, by name.
var catalogue = map[string]entry{
	"bimodal":    {bimodalParams, newBimodal},
	"block":      {blockParams, newBlock},
	"burst":      {burstParams, newBurst},
	"contend":    {contendParams, newContend},
	"hog":        {hogParams, newHog},
	"inject":     {injectParams, newInject},
	"lifotrap":   {lifotrapParams, newLifotrap},
	"parked":     {parkedParams, newParked},
	"syscallmix": {syscallmixParams, newSyscallmix},
}
