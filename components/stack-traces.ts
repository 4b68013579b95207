/**
 * Stack traces as V8 writes them. Pulumi's runner has `source-map-support` write them, and asks for one whenever a resource is made: with the
 * maps of its own files to be read, that was a third of this program's processor time in a `pulumi up`. This program has no maps to be read: Node
 * takes types out of a file without moving its lines.
 */
delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
