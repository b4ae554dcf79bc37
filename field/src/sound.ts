import { remember } from './dom'
import { toast } from './toast'
import { say } from './words'

const KEY = 'fx-muted'
let context: AudioContext | undefined

export function isMuted(): boolean {
  return remember(KEY) === 'yes'
}

/** Three rising notes; made here, so there is no file to load when the network is slow. */
export function chime(): void {
  if (isMuted()) return
  context ??= new AudioContext()
  const start = context.currentTime + 0.05
  ;[659, 784, 988].forEach((pitch, i) => note(context!, pitch, start + i * 0.18))
}

function note(audio: AudioContext, pitch: number, at: number): void {
  const tone = audio.createOscillator()
  const volume = audio.createGain()
  tone.type = 'triangle'
  tone.frequency.value = pitch
  volume.gain.setValueAtTime(0.0001, at)
  volume.gain.exponentialRampToValueAtTime(0.35, at + 0.02)
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.4)
  tone.connect(volume).connect(audio.destination)
  tone.start(at)
  tone.stop(at + 0.45)
}

function mark(button: HTMLElement): void {
  button.setAttribute('aria-pressed', String(isMuted()))
  button.classList.toggle('fx-muted', isMuted())
}

/** Buttons `data-mute`; the first touch of the page also wakes the audio, which browsers keep asleep until then. */
export function watchMute(): void {
  document.addEventListener('pointerdown', () => void (context ??= new AudioContext()).resume(), { once: true })
  for (const button of document.querySelectorAll<HTMLElement>('[data-mute]')) {
    mark(button)
    button.addEventListener('click', () => {
      remember(KEY, isMuted() ? 'no' : 'yes')
      mark(button)
      toast({ text: say(isMuted() ? 'sound off' : 'sound on'), icon: isMuted() ? 'mute' : 'sound' })
      chime()
    })
  }
}
