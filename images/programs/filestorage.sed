# extension.go: `recreate` acts on a panic. A file whose first pages are damaged is an error, which stopped the collector at every start.
/Try to create the client normally first/{
n
a\
	if isDamaged(err) {\
		panic(err)\
	}
}
# What is replaced is counted: the `ledger` processor tells of it.
/if r := recover(); r != nil {/a\
	recreated.Add(1)
# client.go: what is read on a full disk is read.
s/return c.db.Update(batch)$/return unlessRead(c.db.Update(batch), ops)/
