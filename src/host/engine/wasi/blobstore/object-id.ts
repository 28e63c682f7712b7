/** `wasi:blobstore/types.object-id`. */
export interface ObjectId {
  readonly container: string
  readonly object: string
}
