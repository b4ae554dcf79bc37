/// <reference lib="webworker" />
// Stands alone: a classic worker has no imports.
export {}

declare const self: ServiceWorkerGlobalScope

/**
 * Three caches. `assets` holds built files, whose names carry their hash, so that they never go out of date. `forms` holds
 * blank forms, which say nothing about anybody; asked for anew whenever there is a network. `day` holds one
 * page, the last *my day*, for opening without a network; it is personal, so it is thrown away on signing out, when the
 * server sends the user to sign in, and after a day.
 */
const ASSETS = 'fangxian-assets'
const FORMS = 'fangxian-forms'
const DAY = 'fangxian-day'
const KEPT = 24 * 3600_000
const LATE = 4_000
/** With a query a form carries what is known about somebody, and is not kept. */
const BLANK_FORM = /^\/fill\/[^/]+\/[^/]+\/form\.xml$/

const scriptAt = new URL(self.location.href)
/** `sw.js?day=/my-day/&built=/static/built/` */
const dayPath = scriptAt.searchParams.get('day') ?? ''
const builtPath = scriptAt.searchParams.get('built') ?? '/static/built/'

interface Chunk {
  readonly file: string
  readonly css?: readonly string[]
  readonly imports?: readonly string[]
}

type Manifest = Readonly<Record<string, Chunk>>

async function manifest(): Promise<Manifest> {
  return (await fetch(`${builtPath}manifest.json`, { cache: 'no-cache' })).json() as Promise<Manifest>
}

function files(all: Manifest, name: string): string[] {
  const chunk = all[name]
  return chunk ? [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap((part) => files(all, part))] : []
}

async function precache(): Promise<void> {
  const all = await manifest()
  const wanted = new Set(['console.ts', 'icons.svg'].flatMap((name) => files(all, name)))
  await (await caches.open(ASSETS)).addAll([...wanted].map((file) => builtPath + file))
}

async function asset(request: Request): Promise<Response> {
  const kept = await caches.match(request, { cacheName: ASSETS })
  if (kept) return kept
  const response = await fetch(request)
  if (response.ok) await (await caches.open(ASSETS)).put(request, response.clone())
  return response
}

/** The network first, the kept form when no answer comes. */
async function blankForm(request: Request): Promise<Response> {
  const response = await Promise.race([fetch(request).catch(() => undefined), patience()])
  if (response?.ok && !response.redirected) await (await caches.open(FORMS)).put(request.url, response.clone())
  return response ?? (await caches.match(request.url, { cacheName: FORMS })) ?? Response.error()
}

async function forget(): Promise<void> {
  await Promise.all([caches.delete(DAY), caches.delete(FORMS)])
}

async function keepDay(response: Response): Promise<void> {
  const headers = new Headers(response.headers)
  headers.set('X-Kept-At', String(Date.now()))
  const copy = new Response(await response.blob(), { status: response.status, headers })
  await (await caches.open(DAY)).put(dayPath, copy)
}

async function keptDay(): Promise<Response | undefined> {
  const kept = await caches.match(dayPath, { cacheName: DAY })
  const fresh = kept && Date.now() - Number(kept.headers.get('X-Kept-At')) < KEPT
  return fresh ? kept : undefined
}

async function overNetwork(request: Request): Promise<Response> {
  const response = await fetch(request)
  if (response.ok && !response.redirected) await keepDay(response.clone())
  else if (response.redirected || response.type === 'opaqueredirect') await forget()
  return response
}

function patience(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), LATE))
}

/** The network first; the kept page only when no answer comes, or none in time. */
async function day(request: Request): Promise<Response> {
  const asked = overNetwork(request)
  const answer = await Promise.race([asked.catch(() => undefined), patience()])
  return answer ?? (await keptDay()) ?? asked
}

/** Said in both languages, for nobody can be asked which; it says nothing about anybody and is not kept anywhere. */
function noConnection(url: URL): Response {
  const day = dayPath ? `<p><a href="${dayPath}">我的一天 · My day</a></p>` : ''
  const html = `<!doctype html><html lang="zh-hans"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>没有网络 · No connection</title>
<style>:root{color-scheme:light dark}body{max-width:32rem;margin:20vh auto;padding:0 1rem;font:1rem/1.5 sans-serif}a{display:inline-block;padding:.75rem 0}</style>
<h1>没有网络</h1><p>本页需要网络。您填报的内容保存在本机，联网后自动发送。</p>
<h2 lang="en">No connection</h2><p lang="en">This page needs the network. What you filled in is kept on this device and is sent once there is one.</p>
${day}<p><a href="${url.pathname.replaceAll('"', '%22')}${url.search.replaceAll('"', '%22')}">再试一次 · Try again</a></p></html>`
  return new Response(html, { status: 503, headers: { 'Content-Type': 'text/html; charset=utf-8' } })
}

self.addEventListener('install', (event) => event.waitUntil(precache().then(() => self.skipWaiting())))

async function dropOldAssets(): Promise<void> {
  const all = await manifest()
  const current = new Set(Object.keys(all).flatMap((name) => files(all, name)))
  const cache = await caches.open(ASSETS)
  const old = (await cache.keys()).filter(({ url }) => !current.has(new URL(url).pathname.slice(builtPath.length)))
  await Promise.all(old.map((request) => cache.delete(request)))
}

self.addEventListener('activate', (event) => event.waitUntil(Promise.all([dropOldAssets(), self.clients.claim()])))

self.addEventListener('message', (event) => {
  if (event.data === 'signed-out') event.waitUntil(forget())
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== self.location.origin) return
  if (request.method === 'GET' && url.pathname.startsWith(builtPath) && !url.pathname.endsWith('manifest.json')) event.respondWith(asset(request))
  else if (request.method === 'GET' && request.mode === 'navigate' && dayPath && url.pathname === dayPath && !url.search) event.respondWith(day(request))
  else if (request.method === 'GET' && BLANK_FORM.test(url.pathname) && !url.search) event.respondWith(blankForm(request))
  else if (request.method === 'GET' && request.mode === 'navigate') event.respondWith(fetch(request).catch(() => noConnection(url)))
  // A form sent as a page may sign somebody in or out or change the post: the page kept so far may not be theirs.
  else if (request.method === 'POST' && request.mode === 'navigate') event.waitUntil(forget())
})
