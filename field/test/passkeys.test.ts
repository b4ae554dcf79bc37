import { describe, expect, it } from 'vitest'
import { bytes, letters, written } from '../src/passkeys'

describe('passkeys', () => {
  it('writes and reads bytes as base64url, without padding', () => {
    const some = Uint8Array.from([251, 255, 254, 0, 1])
    expect(letters(some.buffer)).toBe('-__-AAE')
    expect([...bytes('-__-AAE')]).toEqual([...some])
  })

  it('leaves out what a ceremony lacks', () => {
    const answer = {
      id: 'AAE',
      rawId: Uint8Array.from([0, 1]).buffer,
      type: 'public-key',
      response: { clientDataJSON: Uint8Array.from([2]).buffer, userHandle: null },
      getClientExtensionResults: () => ({}),
    } as unknown as PublicKeyCredential
    expect(JSON.parse(written(answer))).toEqual({
      id: 'AAE',
      rawId: 'AAE',
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON: 'Ag' },
    })
  })
})
