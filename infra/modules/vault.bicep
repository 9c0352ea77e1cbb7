// A vault for what must not stand in a setting: the addresses of the channels.

@minLength(3)
@maxLength(24)
@description('Name of the vault.')
param name string
@description('Region.')
param location string
@description('Tags.')
param tags object
@description('Object id of the app\'s identity: it may read secrets, not list or change the vault.')
param principalId string
@description('Closes the public endpoint; a private one must stand in its place.')
param privateOnly bool
@secure()
@description('Value of the secret; empty: it stays as it is.')
param channels string

var secretName = 'snatwatch-channels'
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    publicNetworkAccess: privateOnly ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: privateOnly ? 'Deny' : 'Allow'
    }
  }
}

resource secret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(channels)) {
  parent: vault
  name: secretName
  properties: {
    value: channels
    contentType: 'application/json'
  }
}

resource read 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, secretsUser)
  scope: vault
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

output name string = vault.name
// Without a version: the platform takes up a new one within a day.
output channelsReference string = '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/${secretName})'
