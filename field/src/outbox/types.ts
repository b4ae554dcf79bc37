/** waiting → sending → sent | refused; sending falls back to waiting when no answer came. */
export type State = 'waiting' | 'sending' | 'sent' | 'refused'

/** Fields of a POST in order; a Blob is an attachment with its file name. */
export type Field = readonly [name: string, value: string] | readonly [name: string, value: Blob, fileName: string]

/** The server's problem+json, or what stands in for it where it sent none. */
export interface Problem {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  /** Those known already who may be whoever is about to be registered. */
  readonly candidates?: readonly Candidate[]
  /** What is recorded and would become another thing, by question. */
  readonly changes?: readonly Change[]
}

/** A question whose answer changes what is recorded, and how, in words. */
export interface Change {
  readonly question: string
  readonly said: string
}

/** Somebody known, masked; nobody is registered beside one who is `certain`. */
export interface Candidate {
  readonly subject: string
  readonly name: string
  readonly about: string
  readonly why: string
  readonly certain: boolean
}

/** What the server may tell about a recorded submission; all of it optional. */
export interface Answer {
  readonly message?: string
  readonly undo_url?: string
  /** HTML that takes the card's place. */
  readonly card?: string
}

export interface Entry {
  /** Client id (UUIDv7) of the submission: sent twice, it is recorded once. */
  readonly id: string
  /** Who filled it in; entries are sent only while the same user and post are signed in. */
  readonly owner: string
  readonly url: string
  /** What it is about, in the user's words: "王*明 · 36.5". */
  readonly label: string
  /** Entries of one subject keep their order among themselves. */
  readonly subject: string
  /** Page on which it can be filled in again when it was refused. */
  readonly editUrl: string
  /** Selector of the card it answers. */
  readonly card: string
  /** The task it is about stays open: a visit without an answer. Cards of it do not count as done. */
  readonly staysOpen?: boolean
  /** Emptied once the server has it. */
  readonly fields: readonly Field[]
  readonly created: number
  readonly state: State
  readonly attempts: number
  /** Not tried again before (ms since the epoch). */
  readonly notBefore: number
  readonly finished?: number
  readonly problem?: Problem
  readonly answer?: Answer
}

export type Outcome =
  | { readonly kind: 'recorded'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'signed-out' }
  /** No network: nothing else will get through either. */
  | { readonly kind: 'unreachable' }
  /** The server stumbled over this one; others may pass. */
  | { readonly kind: 'busy'; readonly retryAfter?: number | undefined }
