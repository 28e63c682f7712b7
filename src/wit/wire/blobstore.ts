import type { ValueType } from '../model.js'
import {
  bool,
  func,
  futureOf,
  listOf,
  optionOf,
  record,
  resultOf,
  streamOf,
  string,
  tupleOf,
  u64,
  u8,
  type WireFunction,
  type WireInterface,
} from './wire-interface.js'

const objectId = record('object-id', { container: string, object: string })
const containerMetadata = record('container-metadata', { 'created-at': u64 })
const objectMetadata = record('object-metadata', { 'created-at': u64, size: u64 })
const done = resultOf(undefined, string)
const whetherDone = futureOf(done)
const either = (ok: ValueType): ValueType => resultOf(ok, string)

/** What both versions have alike. */
const common: readonly WireFunction[] = [
  func('clear-container', { name: string }, done),
  func('container-exists', { name: string }, either(bool)),
  func('create-container', { name: string }, done),
  func('delete-container', { name: string }, done),
  func('get-container-info', { name: string }, either(containerMetadata)),
  func('copy-object', { src: objectId, dest: objectId }, done),
  func('delete-object', { id: objectId }, done),
  func('delete-objects', { container: string, objects: listOf(string) }, done),
  func('get-object-info', { id: objectId }, either(objectMetadata)),
  func('has-object', { id: objectId }, either(bool)),
  func('move-object', { src: objectId, dest: objectId }, done),
]

const page = { name: string, limit: optionOf(u64), offset: optionOf(u64) }
const range = { id: objectId, start: u64, end: u64 }
const write = { id: objectId, data: streamOf(u8) }

/** Streams come with a future that says whether they came to their end (paths 0.0 and 0.1). */
export const blobstore: WireInterface = {
  name: 'wrpc:blobstore/blobstore@0.2.0',
  functions: [
    ...common,
    func('list-container-objects', page, either(tupleOf(streamOf(string), whetherDone))),
    func('get-container-data', range, either(tupleOf(streamOf(u8), whetherDone))),
    func('write-container-data', write, either(whetherDone)),
  ],
}

/** The version before, which a caller turns to where nobody serves the other. */
export const olderBlobstore: WireInterface = {
  name: 'wrpc:blobstore/blobstore@0.1.0',
  functions: [
    ...common,
    func('list-container-objects', page, either(streamOf(string))),
    func('get-container-data', range, either(streamOf(u8))),
    func('write-container-data', write, done),
  ],
}
