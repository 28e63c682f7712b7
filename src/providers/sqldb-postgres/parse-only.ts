import type { PoolClient, Submittable } from 'pg'

/** The messages of a connection that are used here. */
interface Connection {
  parse(statement: { readonly name: string; readonly text: string; readonly types: readonly number[] }): void
  sync(): void
}

/** Has Postgres parse a statement without running it. Rejects with what it says. */
export async function parseOnly(client: PoolClient, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const statement = {
      submit: (connection: Connection) => {
        connection.parse({ name: '', text, types: [] })
        connection.sync()
      },
      handleError: reject,
      handleReadyForQuery: resolve,
    }
    client.query(statement as unknown as Submittable) // what pg asks of a query, as its cursors do it
  })
}
