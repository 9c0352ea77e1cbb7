// Snatwatch in one resource group, and the read rights it needs on the subscriptions it watches.
//
//     az deployment sub create --location REGION --template-file infra/main.bicep --parameters name=NAME location=REGION
//
// Nothing here holds a key: the app proves who it is with its managed identity everywhere.

targetScope = 'subscription'

@minLength(3)
@maxLength(24)
@description('Name of the installation: lower-case letters, digits and hyphens. Part of every resource name.')
param name string

@minLength(3)
@description('Region of everything that is made here. The watched clusters may be anywhere.')
param location string

@description('Name of the resource group that is made.')
param resourceGroupName string = 'rg-${name}'

@maxLength(200)
@description('Ids of the subscriptions to watch, the firewall\'s hub among them. Empty: the one this is deployed to.')
param watchedSubscriptions array = []

@maxLength(200)
@description('Those of them where roles are assigned here, which takes the right to assign roles there. Empty: all. The output grantCommands does for the others.')
param grantedSubscriptions array = []

@allowed(['custom', 'reader', 'none'])
@description('How the identity may read topology: a custom role of exactly the actions used, the built-in Reader, or none here because management-group.bicep grants it.')
param readerRole string = 'custom'

@description('Also assign Monitoring Reader, which is what Azure documents for reading the metrics of a subscription in batches.')
param monitoringReader bool = true

@description('Also assign Log Analytics Reader, for the deny logs of firewalls.')
param logAnalyticsReader bool = true

@allowed([512, 2048, 4096])
@description('Memory of an instance, MB. 512 does for about 1,000 clusters of 10 nodes, and costs least.')
param instanceMemoryMB int = 512

@minValue(40)
@maxValue(1000)
@description('Most instances the platform may start.')
param maximumInstanceCount int = 40

@minValue(0)
@maxValue(20)
@description('Instances for HTTP that never sleep. 0: none; the first request after a pause waits for a cold start.')
param alwaysReadyInstances int = 0

@allowed(['key', 'anonymous'])
@description('anonymous opens /api/health and the badges without a key; they then tell status and counts, no names.')
param healthAccess string = 'key'

@allowed(['same', 'own', 'none'])
@description('Who may silence and send test messages. own: holders of the Functions master key, or behind Entra of the app role Snatwatch.Write. same: whoever may read.')
param writeAccess string = 'own'

@description('Client id of an Entra app registration. Not empty: App Service authentication stands in front, and no Functions key is asked for.')
param entraClientId string = ''

@description('CIDR ranges that may reach the app. Empty: every address may, and the key or sign-in decides.')
param allowedAddresses array = []

@description('Puts storage and Key Vault behind private endpoints, and the app into a virtual network.')
param privateNetwork bool = false

@description('Address range of that virtual network; at least a /26.')
param networkAddressPrefix string = '10.64.0.0/24'

@description('Makes a Key Vault for the channels\' addresses.')
param keyVault bool = true

@secure()
@description('SNATWATCH_CHANNELS, a JSON array; stored in the Key Vault. Empty: the vault keeps what it has.')
param channels string = ''

@description('True once the secret snatwatch-channels is in the vault: the app then refers to it. Goes with every later deployment.')
param channelsInVault bool = !empty(channels)

@description('Further settings of the app (README, "Settings"), such as { SNATWATCH_WARN_RATIO: \'0.7\' }. No secrets.')
param settings object = {}

@minLength(1)
@description('Most telemetry that is stored in a day, GB; a decimal as text, since Bicep has none. Above it telemetry stops until the next day, the monitoring does not.')
param dailyCapGb string = '0.15'

@minValue(30)
@maxValue(730)
@description('Days that telemetry is kept.')
param telemetryRetentionDays int = 30

@description('Tags of every resource.')
param tags object = {}

var clouds = {
  AzureCloud: 'public'
  AzureUSGovernment: 'usgovernment'
  AzureChinaCloud: 'china'
}
var allTags = union(tags, { 'azd-env-name': name, application: 'snatwatch' })
var token = uniqueString(subscription().id, resourceGroupName, name)
var watched = empty(watchedSubscriptions) ? array(subscription().subscriptionId) : watchedSubscriptions
var granted = empty(grantedSubscriptions) ? watched : grantedSubscriptions

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: resourceGroupName
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  name: 'snatwatch-identity'
  scope: group
  params: {
    name: 'id-${name}-${token}'
    location: location
    tags: allTags
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  name: 'snatwatch-network'
  scope: group
  params: {
    name: 'vnet-${name}-${token}'
    location: location
    tags: allTags
    addressPrefix: networkAddressPrefix
  }
}

module storage 'modules/storage.bicep' = {
  name: 'snatwatch-storage'
  scope: group
  params: {
    name: 'snat${token}'
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    privateOnly: privateNetwork
  }
}

module telemetry 'modules/telemetry.bicep' = {
  name: 'snatwatch-telemetry'
  scope: group
  params: {
    name: '${name}-${token}'
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    dailyCapGb: dailyCapGb
    retentionDays: telemetryRetentionDays
  }
}

module vault 'modules/vault.bicep' = if (keyVault) {
  name: 'snatwatch-vault'
  scope: group
  params: {
    name: 'kv${token}'
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    privateOnly: privateNetwork
    channels: channels
  }
}

module endpoints 'modules/endpoints.bicep' = if (privateNetwork) {
  name: 'snatwatch-endpoints'
  scope: group
  params: {
    location: location
    tags: allTags
    networkId: privateNetwork ? network.outputs.id : ''
    subnetId: privateNetwork ? network.outputs.endpointsSubnetId : ''
    storageName: storage.outputs.name
    vaultName: keyVault ? vault.outputs.name : ''
  }
}

module app 'modules/app.bicep' = {
  name: 'snatwatch-app'
  scope: group
  params: {
    name: 'func-${name}-${token}'
    location: location
    tags: allTags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageName: storage.outputs.name
    packageContainer: storage.outputs.packageContainer
    telemetryName: telemetry.outputs.name
    channelsReference: keyVault && channelsInVault ? vault.outputs.channelsReference : ''
    subnetId: privateNetwork ? network.outputs.appSubnetId : ''
    cloud: clouds[environment().name]
    subscriptionIds: watched
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    healthAccess: healthAccess
    writeAccess: writeAccess
    entraClientId: entraClientId
    allowedAddresses: allowedAddresses
    settings: settings
  }
}

module readers 'modules/reader.bicep' = [for id in granted: if (readerRole != 'none') {
  name: 'snatwatch-reader-${uniqueString(name, id)}'
  scope: subscription(id)
  params: {
    installation: name
    principalId: identity.outputs.principalId
    custom: readerRole == 'custom'
    monitoringReader: monitoringReader
    logAnalyticsReader: logAnalyticsReader
  }
}]

@description('Address of the app.')
output baseUrl string = app.outputs.baseUrl

@description('Address of the fleet\'s health; needs a Functions key or a sign-in unless healthAccess is anonymous.')
output healthUrl string = '${app.outputs.baseUrl}/api/health'

@description('Name of the function app, for az and azd.')
output functionAppName string = app.outputs.name

@description('Name of the resource group.')
output resourceGroupName string = group.name

@description('Object id of the identity: who gets the roles.')
output identityPrincipalId string = identity.outputs.principalId

@description('Client id of the identity.')
output identityClientId string = identity.outputs.clientId

@description('Name of the Key Vault; empty without one.')
output vaultName string = keyVault ? vault.outputs.name : ''

@description('Ids of the subscriptions where roles were assigned, between spaces: what infra/remove-grants.sh takes back.')
output grantedSubscriptionIds string = readerRole == 'none' ? '' : join(granted, ' ')

@description('Lets the identity read one more subscription: put its id for SUBSCRIPTION, and add it to watchedSubscriptions.')
output grantCommands array = [
  'az role assignment create --assignee-object-id ${identity.outputs.principalId} --assignee-principal-type ServicePrincipal --role Reader --scope /subscriptions/SUBSCRIPTION'
  'az role assignment create --assignee-object-id ${identity.outputs.principalId} --assignee-principal-type ServicePrincipal --role "Monitoring Reader" --scope /subscriptions/SUBSCRIPTION'
  'az role assignment create --assignee-object-id ${identity.outputs.principalId} --assignee-principal-type ServicePrincipal --role "Log Analytics Reader" --scope /subscriptions/SUBSCRIPTION'
]
