import { describe, expect, it } from 'vitest'
import {
  authorization,
  encodeQuery,
  encodeStrictly,
  sha256,
  toTimestamp,
} from '#washi/providers/blobstore-s3/sign.js'

/** The keys and requests of "Signature Calculations for the Authorization Header" in AWS's documentation of S3. */
const signer = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  timestamp: '20130524T000000Z',
}
const host = 'examplebucket.s3.amazonaws.com'

describe('a signature', () => {
  it('is that of the documented GET of an object', () => {
    const payloadHash = sha256('')
    const headers = {
      host,
      range: 'bytes=0-9',
      'x-amz-content-sha256': payloadHash,
      'x-amz-date': signer.timestamp,
    }
    expect(
      authorization({ method: 'GET', path: '/test.txt', query: {}, headers, payloadHash }, signer),
    ).toContain('Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41')
  })

  it('is that of the documented PUT of an object', () => {
    const payloadHash = sha256('Welcome to Amazon S3.')
    const headers = {
      ...{ host, date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      ...{ 'x-amz-content-sha256': payloadHash, 'x-amz-date': signer.timestamp },
    }
    const path = `/${encodeStrictly('test$file.text')}`
    expect(authorization({ method: 'PUT', path, query: {}, headers, payloadHash }, signer)).toContain(
      'Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    )
  })

  it('is that of the documented listing, whose query it covers in order', () => {
    const payloadHash = sha256('')
    const headers = { host, 'x-amz-content-sha256': payloadHash, 'x-amz-date': signer.timestamp }
    const query = { prefix: 'J', 'max-keys': '2' }
    expect(encodeQuery(query)).toBe('max-keys=2&prefix=J')
    expect(authorization({ method: 'GET', path: '/', query, headers, payloadHash }, signer)).toContain(
      'Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    )
  })

  it('encodes what URLs leave alone, and times without separators', () => {
    expect(encodeStrictly("a b!'()*~/é")).toBe('a%20b%21%27%28%29%2A~%2F%C3%A9')
    expect(toTimestamp(Date.UTC(2024, 1, 29, 12, 0, 0, 5))).toBe('20240229T120000Z')
  })
})
