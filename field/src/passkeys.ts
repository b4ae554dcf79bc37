/**
 * Passkeys: `form[data-passkey="create"|"get"]` with `data-options` (JSON of the server) or `data-options-at` (where to
 * fetch it). What the device answers goes into the form's `credential`, and the form is sent.
 */

interface Described {
  id: string
  type: 'public-key'
  transports?: AuthenticatorTransport[]
}

/** The server's options as WebAuthn Level 3 writes them in JSON: bytes are base64url. */
interface Options {
  publicKey: {
    challenge: string
    user?: { id: string; name: string; displayName: string }
    excludeCredentials?: Described[]
    allowCredentials?: Described[]
  }
}

/** Older browsers know neither `parseCreationOptionsFromJSON` nor `toJSON`. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}

export function letters(buffer: ArrayBuffer): string {
  const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)))
  return plain.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

const described = (list: Described[] | undefined): PublicKeyCredentialDescriptor[] =>
  (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }))

async function create({ publicKey }: Options): Promise<PublicKeyCredential | null> {
  const user = publicKey.user ?? { id: '', name: '', displayName: '' }
  return (await navigator.credentials.create({
    publicKey: {
      ...(publicKey as unknown as PublicKeyCredentialCreationOptions),
      challenge: bytes(publicKey.challenge),
      user: { ...user, id: bytes(user.id) },
      excludeCredentials: described(publicKey.excludeCredentials),
    },
  })) as PublicKeyCredential | null
}

async function get({ publicKey }: Options): Promise<PublicKeyCredential | null> {
  return (await navigator.credentials.get({
    publicKey: {
      ...(publicKey as unknown as PublicKeyCredentialRequestOptions),
      challenge: bytes(publicKey.challenge),
      allowCredentials: described(publicKey.allowCredentials),
    },
  })) as PublicKeyCredential | null
}

/** The answer in JSON, the same for both ceremonies: what one of them lacks is left out. */
export function written(credential: PublicKeyCredential): string {
  const response: Record<string, unknown> = {}
  for (const part of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    const held = (credential.response as unknown as Record<string, ArrayBuffer | null | undefined>)[part]
    if (held) response[part] = letters(held)
  }
  return JSON.stringify({
    id: credential.id,
    rawId: letters(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  })
}

async function options(form: HTMLFormElement): Promise<Options> {
  const at = form.dataset['optionsAt']
  if (!at) return JSON.parse(form.dataset['options'] ?? '') as Options
  const answer = await fetch(at, { headers: { accept: 'application/json' } })
  return JSON.parse(((await answer.json()) as { options: string }).options) as Options
}

async function ask(form: HTMLFormElement): Promise<void> {
  const fault = form.querySelector<HTMLElement>('[data-passkey-fault]')
  if (fault) fault.hidden = true
  try {
    const found = await (form.dataset['passkey'] === 'create' ? create : get)(await options(form))
    const field = form.elements.namedItem('credential')
    if (!found || !(field instanceof HTMLInputElement)) throw new Error('no passkey')
    field.value = written(found)
    form.submit()
  } catch {
    // Cancelled, timed out, or not possible here: which of them the browser does not tell on purpose.
    if (fault) fault.hidden = false
  }
}

export function watchPasskeys(): void {
  document.addEventListener(
    'submit',
    (event) => {
      const form = event.target
      if (!(form instanceof HTMLFormElement) || !form.matches('[data-passkey]')) return
      event.preventDefault()
      void ask(form)
    },
    true,
  )
}
