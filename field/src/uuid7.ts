let lastMs = 0
let lastSeq = 0

/** 12 bits that grow within one millisecond, so that ids made in a row sort in the order they were made (RFC 9562, 6.2, method 1). */
function sequence(ms: number, random: Uint8Array): number {
  const fresh = ((random[6]! & 0x07) << 8) | random[7]!
  return ms === lastMs ? lastSeq + 1 : fresh
}

/** A UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, 12 bits of sequence, 62 random bits. */
export function uuid7(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  let ms = Math.max(now, lastMs)
  let seq = sequence(ms, bytes)
  if (seq > 0xfff) {
    ms += 1
    seq = 0
  }
  lastMs = ms
  lastSeq = seq
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(ms / 2 ** (8 * (5 - i))) & 0xff
  bytes[6] = 0x70 | (seq >> 8)
  bytes[7] = seq & 0xff
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
