import type { GuestHost } from '../guest-host.js'
import type { LinkSelection } from '../link-selection.js'
import { BlobstoreLink } from './blobstore-link.js'
import { Container } from './container.js'
import { IncomingValue } from './incoming-value.js'
import type { ObjectId } from './object-id.js'
import { OutgoingValue } from './outgoing-value.js'
import { StreamObjectNames } from './stream-object-names.js'

/** `wasi:blobstore` over links. A container is its name. */
export function createBlobstore(host: GuestHost, links: LinkSelection): Readonly<Record<string, object>> {
  const link = new BlobstoreLink(host, links)
  return {
    'wasi:blobstore/types': {
      IncomingValue,
      OutgoingValue: class NewOutgoingValue extends OutgoingValue {
        static newOutgoingValue(): OutgoingValue {
          return new NewOutgoingValue(host)
        }
      },
    },
    'wasi:blobstore/container': { Container, StreamObjectNames },
    'wasi:blobstore/blobstore': {
      createContainer: (name: string): Container => {
        link.ask('create-container', [name])
        return new Container(link, name)
      },
      getContainer: (name: string): Container => {
        if (!link.ask<boolean>('container-exists', [name])) throw `container "${name}" does not exist`
        return new Container(link, name)
      },
      deleteContainer: (name: string): void => link.ask('delete-container', [name]),
      containerExists: (name: string): boolean => link.ask('container-exists', [name]),
      copyObject: (from: ObjectId, to: ObjectId): void => link.ask('copy-object', [from, to]),
      moveObject: (from: ObjectId, to: ObjectId): void => link.ask('move-object', [from, to]),
    },
  }
}
