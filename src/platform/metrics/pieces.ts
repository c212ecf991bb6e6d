// A long text in pieces: a cluster of ten thousand partitions has a few hundred thousand samples, and whoever writes them all at
// once holds up everybody else.

/** About a millisecond's work. */
const pieceLength = 64 * 1024

export function* inPieces(parts: Iterable<string>): Generator<string> {
  let piece = ''
  for (const part of parts) {
    piece += part
    if (piece.length < pieceLength) continue
    yield piece
    piece = ''
  }
  yield piece
}
