import * as errors from './errors.js'
import * as guestResources from './guest-resource.js'
import * as handles from './handle-table.js'
import * as scalars from './scalars.js'
import { restoreSnapshot } from './snapshot.js'
import * as strings from './strings.js'

/** What generated code calls, by the name it has there: every one begins with a dollar sign. */
export const runtime = {
  $trap: errors.trap,
  $cannotEnter: errors.cannotEnter,
  $cannotLeave: errors.cannotLeave,
  $badPointer: errors.badPointer,
  $badDiscriminant: errors.badDiscriminant,
  $expected: errors.expected,
  $errorPayload: errors.errorPayload,
  $ComponentError: errors.ComponentError,
  $HandleTable: handles.HandleTable,
  $addHandle: handles.addHandle,
  $lendHandle: handles.lendHandle,
  $getHandle: handles.getHandle,
  $takeHandle: handles.takeHandle,
  $takeUnlentHandle: handles.takeUnlentHandle,
  $dropHandle: handles.dropHandle,
  $dropOwnHandle: handles.dropOwnHandle,
  $borrowsRemain: handles.borrowsRemain,
  $clearHandles: handles.clearHandles,
  $GuestResource: guestResources.GuestResource,
  $createOwner: guestResources.createOwner,
  $wrapOwned: guestResources.wrapOwned,
  $wrapBorrowed: guestResources.wrapBorrowed,
  $representationOf: guestResources.representationOf,
  $releaseOwned: guestResources.releaseOwned,
  $transferOwned: guestResources.transferOwned,
  $noConstructor: guestResources.noConstructor,
  $readUtf8: strings.readUtf8,
  $readUtf16: strings.readUtf16,
  $readLatin1OrUtf16: strings.readLatin1OrUtf16,
  $isAscii: strings.isAscii,
  $writeAscii: strings.writeAscii,
  $utf8Length: strings.utf8Length,
  $writeUtf8: strings.writeUtf8,
  $writeUtf16: strings.writeUtf16,
  $isLatin1: strings.isLatin1,
  $writeLatin1: strings.writeLatin1,
  $toChar: scalars.toChar,
  $fromChar: scalars.fromChar,
  $toBigInt: scalars.toBigInt,
  $listLength: scalars.listLength,
  $rawBytes: scalars.rawBytes,
  $caseIndex: scalars.caseIndex,
  $caseName: scalars.caseName,
  $i32ToF32: scalars.i32ToF32,
  $f32ToI32: scalars.f32ToI32,
  $i64ToF64: scalars.i64ToF64,
  $f64ToI64: scalars.f64ToI64,
  $i64ToI32: scalars.i64ToI32,
  $i32ToI64: scalars.i32ToI64,
  $i64ToF32: scalars.i64ToF32,
  $f32ToI64: scalars.f32ToI64,
  $restoreSnapshot: restoreSnapshot,
  $Instance: WebAssembly.Instance,
  $noBytes: new Uint8Array(0),
  $noView: new DataView(new ArrayBuffer(0)),
} as const

/** The names of all of it. */
export const runtimeNames: readonly string[] = Object.keys(runtime)
