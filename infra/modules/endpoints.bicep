// Private endpoints of the storage account and the vault, and the names by which they are found.

@description('Region.')
param location string
@description('Tags.')
param tags object
@description('Id of the virtual network that resolves the names.')
param networkId string
@description('Id of the subnet that the endpoints stand in.')
param subnetId string
@description('Name of the storage account.')
param storageName string
@description('Name of the vault; empty: none.')
param vaultName string

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

var storageTargets = [for part in ['blob', 'queue', 'table']: {
  part: part
  resourceId: storage.id
  zone: 'privatelink.${part}.${environment().suffixes.storage}'
}]
var vaultTargets = empty(vaultName) ? [] : [
  {
    part: 'vault'
    resourceId: resourceId('Microsoft.KeyVault/vaults', vaultName)
    zone: replace(environment().suffixes.keyvaultDns, '.vault.', 'privatelink.vaultcore.')
  }
]
var targets = concat(storageTargets, vaultTargets)

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [for target in targets: {
  name: target.zone
  location: 'global'
  tags: tags
}]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [for (target, index) in targets: {
  parent: zones[index]
  name: 'snatwatch'
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: networkId }
  }
}]

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for target in targets: {
  name: 'pe-${target.part}-${uniqueString(target.resourceId)}'
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: target.part
        properties: {
          privateLinkServiceId: target.resourceId
          groupIds: [target.part]
        }
      }
    ]
  }
}]

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [for (target, index) in targets: {
  parent: endpoints[index]
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: target.part
        properties: { privateDnsZoneId: zones[index].id }
      }
    ]
  }
}]
