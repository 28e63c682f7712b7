import { describe, expect, it } from 'vitest'
import { parseApplicationRecord, stringifyApplicationRecord } from '#washi/apps/store/application-record.js'
import { helloManifest } from '../../support/app-kit.js'

describe('an application record', () => {
  it('keeps the order of versions that look like numbers', () => {
    const versions = ['10', 'v1', '2', '1'].map((version) => ({
      version,
      manifest: helloManifest({ version }),
    }))
    const record = { versions, deployedVersion: '2' }
    const again = parseApplicationRecord(stringifyApplicationRecord(record))
    expect(again.versions.map(({ version }) => version)).toEqual(['10', 'v1', '2', '1'])
    expect(again).toEqual(record)
  })

  it('reads what wadm writes, which leaves empty annotations and requirements out', () => {
    const text = `{"manifests":{"v1":{"apiVersion":"core.oam.dev/v1beta1","kind":"Application","metadata":{"name":"a"},
      "spec":{"components":[{"name":"c","type":"component","properties":{"image":"i"},"traits":[{"type":"spreadscaler",
      "properties":{"instances":1,"spread":[{"name":"s"}]}}]}]}}},"deployed_version":null}`
    const { versions, deployedVersion } = parseApplicationRecord(text)
    expect(versions[0]?.manifest.metadata.annotations).toEqual({})
    expect(versions[0]?.manifest.spec.components[0]?.traits?.[0]?.properties).toEqual({
      kind: 'scaler',
      instances: 1,
      spread: [{ name: 's', requirements: {} }],
    })
    expect(deployedVersion).toBeUndefined()
  })
})
