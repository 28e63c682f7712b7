/** Answers one HTTP request. Plain web API, so that tests call it without a lattice. */
export async function handle(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname === '/') return text('Hello from TypeScript!')
  if (pathname === '/echo' && request.method === 'POST') return text(await request.text())
  return text(`Nothing here: ${pathname}`, 404)
}

function text(body: string, status = 200): Response {
  return new Response(`${body}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
