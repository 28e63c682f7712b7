import { handle } from './handler.ts'

// The engine turns each call of the world's wasi:http/incoming-handler into a fetch event.
addEventListener('fetch', (event) => {
  const fetchEvent = event as FetchEvent
  fetchEvent.respondWith(handle(fetchEvent.request))
})
